/// xDS v3: delta and state-of-the-world ADS, server and client, and every protobuf of the mesh.
@NullMarked
package io.meltemi.xds;

import org.jspecify.annotations.NullMarked;
