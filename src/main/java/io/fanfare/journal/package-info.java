/// The recent log in memory: what sessions that are behind read on from without asking Kafka.
/// May use notification, telemetry.
@ApplicationModule(allowedDependencies = { "notification", "telemetry" })
@NullMarked
package io.fanfare.journal;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
