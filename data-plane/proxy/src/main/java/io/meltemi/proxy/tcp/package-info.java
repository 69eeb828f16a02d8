/// (c') Carries bytes of connections that are not HTTP, or not ours to read.
@NullMarked
package io.meltemi.proxy.tcp;

import org.jspecify.annotations.NullMarked;
