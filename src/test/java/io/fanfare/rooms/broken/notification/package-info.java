/// A room that may use nothing.
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.fanfare.rooms.broken.notification;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
