/// Keys of token issuers: fetched once for the whole mesh, and kept fresh.
@NullMarked
package io.meltemi.citadel.jwks;

import org.jspecify.annotations.NullMarked;
