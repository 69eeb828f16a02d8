/// Across resources: one analyzer per file.
@NullMarked
package io.meltemi.galley.analyze;

import org.jspecify.annotations.NullMarked;
