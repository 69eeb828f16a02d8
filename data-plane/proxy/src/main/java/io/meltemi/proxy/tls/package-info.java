/// (b) TLS on both sides of the proxy: secrets, contexts, and who the peer proved to be.
@NullMarked
package io.meltemi.proxy.tls;

import org.jspecify.annotations.NullMarked;
