/// Certificates, keys and revocation lists as text (RFC 7468).
@NullMarked
package io.meltemi.base.pem;

import org.jspecify.annotations.NullMarked;
