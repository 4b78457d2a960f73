/// What is measured, as one documented enum of meters with bounded tags. May use nothing.
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.fanfare.telemetry;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
