/// Rooms that break every rule, for [io.fanfare.rooms.RoomTests]. Nothing runs them.
@NullMarked
package io.fanfare.rooms.broken;

import org.jspecify.annotations.NullMarked;
