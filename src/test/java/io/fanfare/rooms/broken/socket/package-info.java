/// A room that others may not use.
@NullMarked
package io.fanfare.rooms.broken.socket;

import org.jspecify.annotations.NullMarked;
