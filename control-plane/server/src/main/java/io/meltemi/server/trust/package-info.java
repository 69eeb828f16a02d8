/// What the mesh's trust hangs on in a running control plane: the authority's keys, the control
/// plane's own certificate, and the record of what was signed.
@NullMarked
package io.meltemi.server.trust;

import org.jspecify.annotations.NullMarked;
