/// The only room that knows WebFlux WebSockets: upgrade, frames, heartbeat, limits. May use
/// notification, wire, session, auth, telemetry.
@ApplicationModule(allowedDependencies = { "notification", "wire", "session", "auth", "telemetry" })
@NullMarked
package io.fanfare.socket;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
