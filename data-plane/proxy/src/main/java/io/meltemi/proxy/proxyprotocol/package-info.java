/// The PROXY header that connections to upstreams begin with.
@NullMarked
package io.meltemi.proxy.proxyprotocol;

import org.jspecify.annotations.NullMarked;
