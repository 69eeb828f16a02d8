/// What happens to a request, step by step: the mesh's configuration as its proxies get it, walked
/// through by the proxy's own decisions.
@NullMarked
package io.meltemi.cli.explain;

import org.jspecify.annotations.NullMarked;
