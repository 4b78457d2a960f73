/// One record to its sessions: recipient, expiry, one encoding, one hand-off per event loop.
/// May use notification, wire, session, telemetry.
@ApplicationModule(allowedDependencies = { "notification", "wire", "session", "telemetry" })
@NullMarked
package io.fanfare.routing;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
