/// (c) One HTTP message at a time, whatever the version on the wire.
@NullMarked
package io.meltemi.proxy.http;

import org.jspecify.annotations.NullMarked;
