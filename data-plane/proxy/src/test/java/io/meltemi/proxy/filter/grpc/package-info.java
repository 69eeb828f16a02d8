@NullMarked
package io.meltemi.proxy.filter.grpc;

import org.jspecify.annotations.NullMarked;
