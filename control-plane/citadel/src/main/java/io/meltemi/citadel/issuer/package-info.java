/// Tokens of issuers that may become certificates of the mesh (JWT, RFC 7519).
@NullMarked
package io.meltemi.citadel.issuer;

import org.jspecify.annotations.NullMarked;
