@NullMarked
package io.fanfare.socket;

import org.jspecify.annotations.NullMarked;
