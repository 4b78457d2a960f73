/// What holds for every test, without a test having to ask for it.
@NullMarked
package io.fanfare.junit;

import org.jspecify.annotations.NullMarked;
