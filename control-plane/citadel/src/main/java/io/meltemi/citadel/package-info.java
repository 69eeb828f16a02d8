/// Workload identity: the certificate authority, join tokens, trust bundles, JWKS.
@NullMarked
package io.meltemi.citadel;

import org.jspecify.annotations.NullMarked;
