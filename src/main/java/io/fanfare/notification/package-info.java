/// Values that every room speaks in: notifications, addresses, places in the log. No
/// framework and no I/O; may use nothing.
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.fanfare.notification;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
