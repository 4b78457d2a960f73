/// Token to identity and addresses. May use notification, telemetry.
@ApplicationModule(allowedDependencies = { "notification", "telemetry" })
@NullMarked
package io.fanfare.auth;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
