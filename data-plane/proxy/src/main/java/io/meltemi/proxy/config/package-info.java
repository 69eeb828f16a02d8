/// (7) Envoy's configuration, read, checked and compiled.
@NullMarked
package io.meltemi.proxy.config;

import org.jspecify.annotations.NullMarked;
