/// The protocol as code: record decoding, CloudEvents frames, close codes, client events.
/// No I/O; may use notification.
@ApplicationModule(allowedDependencies = { "notification" })
@NullMarked
package io.fanfare.wire;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
