/// Tests of the shop without a mesh.
package io.meltemi.shop;
