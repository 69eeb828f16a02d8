/// (g) Connections to endpoints: made, kept, shared and limited.
@NullMarked
package io.meltemi.proxy.upstream;

import org.jspecify.annotations.NullMarked;
