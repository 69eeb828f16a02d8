/// Certificates and keys as text.
@NullMarked
package io.meltemi.base.pem;

import org.jspecify.annotations.NullMarked;
