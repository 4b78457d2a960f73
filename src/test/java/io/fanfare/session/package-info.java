/// Tests of the sessions.
@NullMarked
package io.fanfare.session;

import org.jspecify.annotations.NullMarked;
