/// What operators run: the Kubernetes objects, the image's layout, the end of the process, and
/// the documents that list settings and meters.
@NullMarked
package io.fanfare.deploy;

import org.jspecify.annotations.NullMarked;
