/// TLS over loopback: who gets in, who does not, and what is said about it.
@NullMarked
package io.meltemi.proxy.tls;

import org.jspecify.annotations.NullMarked;
