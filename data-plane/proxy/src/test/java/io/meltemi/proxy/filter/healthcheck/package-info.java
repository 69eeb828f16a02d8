@NullMarked
package io.meltemi.proxy.filter.healthcheck;

import org.jspecify.annotations.NullMarked;
