/// Configuration in: sources, decoding with positions, validation, analysis, one immutable snapshot
/// out.
@NullMarked
package io.meltemi.galley;

import org.jspecify.annotations.NullMarked;
