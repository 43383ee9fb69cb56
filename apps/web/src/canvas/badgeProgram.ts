import { NodeProgram, type NodeProgramType } from 'sigma/rendering';
import type { NodeDisplayData, RenderParams } from 'sigma/types';
import { atlasSize, type BadgeAtlas, cellShare } from './badgeAtlas.ts';
import { type Colours, channels } from './colours.ts';

const vertexShader = /* glsl */ `
attribute vec2 a_position;
attribute float a_size;
attribute float a_cell;
attribute float a_fade;
attribute vec4 a_id;
attribute vec2 a_corner;

uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;

varying vec2 v_place;
varying float v_fade;
varying vec4 v_id;

const float columns = 16.0;

void main() {
  // Sigma's correction ratio takes half a pixel to the graph's own square; sizes are radii.
  float half_ = a_size * ${cellShare.toFixed(4)} * 2.0 * u_correctionRatio / u_sizeRatio;
  vec2 position = a_position + a_corner * half_;
  gl_Position = vec4((u_matrix * vec3(position, 1)).xy, 0, 1);
  vec2 cell = vec2(mod(a_cell, columns), floor(a_cell / columns));
  vec2 within = vec2(a_corner.x, -a_corner.y) * 0.5 + 0.5;
  v_place = (cell + within) / columns;
  v_fade = a_fade;
  v_id = a_id;
}
`;

const fragmentShader = /* glsl */ `
precision highp float;
varying vec2 v_place;
varying float v_fade;
varying vec4 v_id;
uniform sampler2D u_atlas;
uniform vec3 u_ground;

void main() {
  vec4 texel = texture2D(u_atlas, v_place, -0.6);
  #ifdef PICKING_MODE
  if (texel.a < 0.5) discard;
  gl_FragColor = v_id;
  #else
  // Faded towards the ground instead of see-through: lines beneath must not shine through a badge.
  gl_FragColor = vec4(mix(texel.rgb, u_ground * texel.a, v_fade), texel.a);
  #endif
}
`;

const uniforms = ['u_matrix', 'u_sizeRatio', 'u_correctionRatio', 'u_atlas', 'u_ground'] as const;

type BadgeData = NodeDisplayData & { cell: number; fade: number };

/** Draws every entity as one quad that samples its badge from the atlas. */
export function badgeProgram(atlas: BadgeAtlas, colours: () => Colours): NodeProgramType {
  return class extends NodeProgram<(typeof uniforms)[number]> {
    #textures = new Map<
      WebGLRenderingContext | WebGL2RenderingContext,
      { texture: WebGLTexture; version: number }
    >();

    override getDefinition() {
      const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;
      return {
        VERTICES: 6,
        VERTEX_SHADER_SOURCE: vertexShader,
        FRAGMENT_SHADER_SOURCE: fragmentShader,
        METHOD: TRIANGLES,
        UNIFORMS: uniforms,
        ATTRIBUTES: [
          { name: 'a_position', size: 2, type: FLOAT },
          { name: 'a_size', size: 1, type: FLOAT },
          { name: 'a_cell', size: 1, type: FLOAT },
          { name: 'a_fade', size: 1, type: FLOAT },
          { name: 'a_id', size: 4, type: UNSIGNED_BYTE, normalized: true },
        ],
        CONSTANT_ATTRIBUTES: [{ name: 'a_corner', size: 2, type: FLOAT }],
        CONSTANT_DATA: [
          [-1, -1],
          [1, -1],
          [1, 1],
          [-1, -1],
          [1, 1],
          [-1, 1],
        ],
      };
    }

    override processVisibleItem(nodeIndex: number, start: number, data: NodeDisplayData): void {
      const { x, y, size, cell, fade } = data as BadgeData;
      const array = this.array;
      array[start] = x;
      array[start + 1] = y;
      array[start + 2] = size;
      array[start + 3] = cell;
      array[start + 4] = fade;
      array[start + 5] = nodeIndex;
    }

    override setUniforms(
      params: RenderParams,
      { gl, uniformLocations }: Parameters<NodeProgram['setUniforms']>[1],
    ): void {
      const at = uniformLocations as Record<(typeof uniforms)[number], WebGLUniformLocation>;
      gl.uniformMatrix3fv(at.u_matrix, false, params.matrix);
      gl.uniform1f(at.u_sizeRatio, params.sizeRatio);
      gl.uniform1f(at.u_correctionRatio, params.correctionRatio);
      const [red, green, blue] = channels(colours().canvas);
      gl.uniform3f(at.u_ground, red / 255, green / 255, blue / 255);
      gl.activeTexture(gl.TEXTURE0);
      gl.bindTexture(gl.TEXTURE_2D, this.#textureFor(gl));
      gl.uniform1i(at.u_atlas, 0);
    }

    #textureFor(gl: WebGLRenderingContext | WebGL2RenderingContext): WebGLTexture {
      let held = this.#textures.get(gl);
      if (held?.version === atlas.version) return held.texture;
      held ??= { texture: gl.createTexture() as WebGLTexture, version: -1 };
      held.version = atlas.version;
      this.#textures.set(gl, held);
      gl.bindTexture(gl.TEXTURE_2D, held.texture);
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, atlas.canvas);
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
      // WebGL1 cannot make mipmaps of a texture whose edge is no power of two.
      if ('texStorage2D' in gl || (atlasSize & (atlasSize - 1)) === 0) {
        gl.generateMipmap(gl.TEXTURE_2D);
        gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
      } else {
        gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
      }
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
      return held.texture;
    }
  } as unknown as NodeProgramType;
}
