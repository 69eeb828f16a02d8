@NullMarked
package io.meltemi.proxy.filter.jwt;

import org.jspecify.annotations.NullMarked;
