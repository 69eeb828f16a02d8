/// Our proxy and Envoy in front of the same name server.
@NullMarked
package io.meltemi.testkit.dns;

import org.jspecify.annotations.NullMarked;
