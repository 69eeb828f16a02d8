/// HTTP/1.1 on raw buffers: strict towards requests, as lenient as Envoy towards responses.
@NullMarked
package io.meltemi.proxy.http.h1;

import org.jspecify.annotations.NullMarked;
