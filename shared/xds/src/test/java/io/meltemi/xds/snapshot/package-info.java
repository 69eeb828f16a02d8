@NullMarked
package io.meltemi.xds.snapshot;

import org.jspecify.annotations.NullMarked;
