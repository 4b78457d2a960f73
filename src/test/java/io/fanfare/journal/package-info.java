/// Tests of the journal.
@NullMarked
package io.fanfare.journal;

import org.jspecify.annotations.NullMarked;
