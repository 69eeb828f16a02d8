/// Says what each request offers by ALPN: Istio's `istio.alpn`.
@NullMarked
package io.meltemi.proxy.filter.alpn;

import org.jspecify.annotations.NullMarked;
