/// Who is here and what they have yet to receive: the log thread, the sessions by address,
/// each session's bounded outbox. May use notification, wire, journal, telemetry.
@ApplicationModule(allowedDependencies = { "notification", "wire", "journal", "telemetry" })
@NullMarked
package io.fanfare.session;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
