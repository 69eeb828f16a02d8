/// What one proxy should have: named, versioned resources by type.
@NullMarked
package io.meltemi.xds.snapshot;

import org.jspecify.annotations.NullMarked;
