@NullMarked
package io.meltemi.proxy.filter.grpcweb;

import org.jspecify.annotations.NullMarked;
