"""Parts of invented names, separated by blanks."""

SURNAMES = (
    "Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo Liang Song Zheng Xie Han Tang "
    "Feng Yu Dong Xiao Cheng Cao Yuan Deng Xu Fu Shen Zeng Peng Lu Novak Svoboda Dvorak Cerny Prochazka Kucera Vesely "
    "Horak Nemec Pokorny Marek Pospisil Hajek Jelinek Kral Ruzicka Benes Fiala Sedlacek Dolezal Zeman Kolar Navratil "
    "Cermak Vanek Urban Blazek Kriz Kovar Smith Jones Taylor Brown Wilson Evans Walker Wright Green Hall Wood Clarke"
)

GIVEN = (
    "Wei Fang Na Min Jing Li Qiang Lei Jun Yang Yong Yan Jie Tao Ming Chao Xiulan Xia Ping Gang Hui Xin Bo Hao Yu "
    "Ting Mei Lan Hong Ying Jan Petr Josef Pavel Martin Tomas Jaroslav Miroslav Zdenek Marie Jana Eva Hana Anna Lenka "
    "Katerina Lucie Vera Alena Petra Veronika Jaroslava Tereza Martina Michaela Jitka Helena Ludmila Oliver George "
    "Arthur Noah Leo Oscar Henry Olivia Amelia Isla Ava Ivy Freya Lily Florence Mia Willow Rosie Sophia Isabella"
)

CITIES = (
    "Shanghai Beijing Shenzhen Guangzhou Chengdu Chongqing Tianjin Wuhan Hangzhou Nanjing Suzhou Dongguan Qingdao "
    "Changsha Ningbo Foshan Zhengzhou Jinan Hefei Xiamen Fuzhou Kunming Dalian Harbin Shenyang Wuxi Wenzhou Changchun "
    "Nanning Guiyang Prague Brno Ostrava Plzen Liberec Olomouc"
)
