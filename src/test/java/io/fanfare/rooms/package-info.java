/// The rules that hold the rooms apart, each with a control that breaks it.
@NullMarked
package io.fanfare.rooms;

import org.jspecify.annotations.NullMarked;
