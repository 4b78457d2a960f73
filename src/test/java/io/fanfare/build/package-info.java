/// What the repository itself promises, beside the gateway: its build scripts.
@NullMarked
package io.fanfare.build;

import org.jspecify.annotations.NullMarked;
