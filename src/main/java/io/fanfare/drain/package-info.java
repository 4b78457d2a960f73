/// Graceful shutdown: refuse what is new, send everybody elsewhere, then stop. May use
/// session, wire, telemetry.
@ApplicationModule(allowedDependencies = { "session", "wire", "telemetry" })
@NullMarked
package io.fanfare.drain;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
