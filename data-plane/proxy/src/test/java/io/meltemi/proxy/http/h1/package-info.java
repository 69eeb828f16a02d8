@NullMarked
package io.meltemi.proxy.http.h1;

import org.jspecify.annotations.NullMarked;
