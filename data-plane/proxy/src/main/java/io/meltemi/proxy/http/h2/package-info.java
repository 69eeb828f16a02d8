/// (c) HTTP/2 on one connection, without a channel per stream.
@NullMarked
package io.meltemi.proxy.http.h2;

import org.jspecify.annotations.NullMarked;
