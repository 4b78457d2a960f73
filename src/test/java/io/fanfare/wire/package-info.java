/// Tests of the protocol as code.
@NullMarked
package io.fanfare.wire;

import org.jspecify.annotations.NullMarked;
