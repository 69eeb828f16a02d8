/// Where configuration comes from: control planes over gRPC, in either dialect, and watched files.
@NullMarked
package io.meltemi.proxy.xds;

import org.jspecify.annotations.NullMarked;
