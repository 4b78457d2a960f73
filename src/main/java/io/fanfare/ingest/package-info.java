/// The only room that knows Kafka: topics, partitions, the receiver, the dead-letter topic.
/// May use notification, wire, routing, journal, telemetry.
@ApplicationModule(allowedDependencies = { "notification", "wire", "routing", "journal", "telemetry" })
@NullMarked
package io.fanfare.ingest;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
