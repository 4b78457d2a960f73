/// A room that may do no I/O.
@NullMarked
package io.fanfare.rooms.broken.wire;

import org.jspecify.annotations.NullMarked;
