/// Where documents come from: folders, text.
@NullMarked
package io.meltemi.galley.source;

import org.jspecify.annotations.NullMarked;
